import { type CpuProfile, timeByPart } from './cpu-profile.js';

const frame = (functionName: string, url = '') => ({ functionName, url });

const profile: CpuProfile = {
  startTime: 1_000,
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 8] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('(garbage collector)') },
    { id: 4, callFrame: frame('onParser', 'node:_http_common'), children: [5] },
    { id: 5, callFrame: frame('route', 'file:///x/node_modules/fastify/lib/route.js'), children: [6] },
    { id: 6, callFrame: frame('send', 'file:///x/dist/libs/engine/rpc/answer.js'), children: [7] },
    { id: 7, callFrame: frame('write', 'node:net'), children: [9] },
    { id: 8, callFrame: frame('listOnTimeout', 'node:internal/timers') },
    { id: 9, callFrame: frame('writev') },
  ],
  samples: [2, 3, 4, 5, 6, 7, 8, 9],
  timeDeltas: [1, 2, 4, 8, 16, 32, 64, 128],
};

describe('the time by part', () => {
  it('counts code of Node.js for the nearest caller that is a module or a package, and leaves out idle time', () => {
    expect(Object.fromEntries(timeByPart(profile))).toEqual({
      'garbage collection': 2,
      'Node.js: HTTP and sockets': 4,
      fastify: 8,
      'engine/rpc': 16 + 32 + 128,
      'Node.js': 64,
    });
  });

  it('leaves out what was before a time', () => {
    expect(Object.fromEntries(timeByPart(profile, 1_000 + 1 + 2 + 4 + 8 + 16 + 32 + 64))).toEqual({
      'Node.js': 64,
      'engine/rpc': 128,
    });
  });
});
