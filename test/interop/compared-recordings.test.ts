import { recordingNames } from '../support/recording-files.js';
import { changingRecordings, dashboardRecordings, lifecycleRecordings, mcpRecording, steadyRecordings, uncompared } from './compared-recordings.js';
import { differences, expectedOf } from './differences.js';

const compared = [...steadyRecordings, ...changingRecordings, ...lifecycleRecordings, ...dashboardRecordings];

describe('the recordings of the command line', () => {
  it('are all compared with what it prints against our AppHost, or are left out for a stated reason', () => {
    const recordings = ['cli/', 'dashboard/', 'lifecycle/'].flatMap(part => recordingNames(part));
    expect([...compared, mcpRecording, ...Object.keys(uncompared)].sort()).toEqual(recordings.sort());
  });

  it.each(compared)('%s: differs only in what is listed, and in all of that', name => {
    // Throws for a difference that changes nothing.
    expect(expectedOf(name)).toMatchObject({ exitCode: expect.any(Number) });
  });

  it('are those that the differences name', () => {
    expect(differences.flatMap(({ recordings }) => recordings).filter(name => !compared.includes(name))).toEqual([]);
  });
});
