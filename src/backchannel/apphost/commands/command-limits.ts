/** How much a command may be given, may give back and may take. Times are milliseconds. */
export interface CommandLimits {
  /** Arguments in one request. Default: 1,000. */
  readonly maxArguments: number;
  /** Characters of all arguments of one request together, names included. Default: 1,048,576. */
  readonly maxArgumentCharacters: number;
  /** Bytes of the value that a command returns, as JSON in UTF-8. Default: 8,388,608. */
  readonly maxValueBytes: number;
  /** What loading and validating the arguments of one request may take. Default: 30,000. */
  readonly checkTimeout: number;
  /** What `start` and `stop` may take, the wait for another of them included; `restart` has twice as long. Default: 120,000. */
  readonly lifecycleTimeout: number;
  /** What a command may take to end after its signal has fired; then it is answered without it. Default: 5,000. */
  readonly grace: number;
  /** Commands at work at a time, those included that were answered without having ended; further ones are refused. Default: 1,000. */
  readonly maxRunning: number;
}

export const defaultCommandLimits: CommandLimits = {
  maxArguments: 1_000,
  maxArgumentCharacters: 1_048_576,
  maxValueBytes: 8_388_608,
  checkTimeout: 30_000,
  lifecycleTimeout: 120_000,
  grace: 5_000,
  maxRunning: 1_000,
};
