import 'reflect-metadata';
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** A standalone application of NestJS: its context starts and stops the same services. */
export async function run({ Clock, Store, services }) {
  for (const service of services) {
    Inject(Clock)(service, undefined, 0);
    Inject(Store)(service, undefined, 1);
    Injectable()(service);
  }
  class Application {}
  Module({ providers: [Clock, Store, ...services] })(Application);
  const application = await NestFactory.createApplicationContext(Application, { logger: false });
  const store = application.get(Store);
  await application.close();
  return store;
}
