/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // No test is about speed: the limit is for what hangs, also on a machine that is busy.
  testTimeout: 30_000,
  // Many suites wait for processes: a core is not kept free for Jest itself.
  maxWorkers: '100%',
  globalSetup: '<rootDir>/test/support/build-cli.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/end-async-storages.ts'],
  extensionsToTreatAsEsm: [],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^hostward$': '<rootDir>/src/index.ts',
    '^hostward/hosting$': '<rootDir>/src/hosting/index.ts',
    '^hostward/backchannel$': '<rootDir>/src/backchannel/index.ts',
    '^hostward/apphost$': '<rootDir>/src/backchannel/apphost/index.ts',
    '^hostward/testing$': '<rootDir>/src/hosting/testing/index.ts',
  },
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      {
        module: { type: 'commonjs', ignoreDynamic: false },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: true },
        },
      },
    ],
  },
  // inversify is ESM only and Jest cannot require() it below Node 24.9.
  transformIgnorePatterns: ['/node_modules/(?!(inversify|@inversifyjs)/)'],
};

export default config;
