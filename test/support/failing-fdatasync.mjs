/**
 * Loaded into a process before its program (`node --import`): from when the file that FAIL_FDATASYNC_WHEN names is there,
 * fdatasync fails as on a disk that has lost what it was to write.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { fdatasync } = fs;
fs.fdatasync = (fd, callback) => {
  if (!fs.existsSync(process.env.FAIL_FDATASYNC_WHEN ?? '')) return fdatasync(fd, callback);
  const error = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO', syscall: 'fdatasync' });
  process.nextTick(callback, error);
};
syncBuiltinESMExports();
