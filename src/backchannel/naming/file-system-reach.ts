import { statfsSync } from 'node:fs';

/** Who can have processes behind the sockets of a file system: those of this computer alone, also those of others, or that is not known. */
export type FileSystemReach = 'thisComputer' | 'others' | 'unknown';

/** Linux's numbers of the file systems that other computers, or a virtual machine and its host, have in common. */
const sharedFileSystems: ReadonlySet<number> = new Set([
  0x6969, // nfs
  0x517b, // smb
  0xff534d42, // cifs
  0xfe534d42, // smb2
  0x01021997, // 9p
  0x65735546, // fuse
  0x00c36400, // ceph
  0x5346414f, // afs
  0x6b414653, // kafs
  0x73757245, // coda
  0x786f4256, // vboxsf
  0xbacbacbc, // vmhgfs
  0x0bd00bd0, // lustre
  0x47504653, // gpfs
  0x01161970, // gfs2
  0x7461636f, // ocfs2
  0x20030528, // orangefs
]);

/**
 * Whether a refused connection says anything about the sockets in a directory.
 *
 * A socket is answered by the kernel on which it was made, whatever container its process is in. On a file system that other computers have in common the file is there
 * for all of them, but each but one refuses: there a refusal means nothing. Only Linux tells, and of FUSE not what is behind it; it counts as shared, because virtual
 * machines have their host's directories by it. Never throws.
 */
export function reachOf(
  directory: string,
  platform: NodeJS.Platform = process.platform,
  statfs: (path: string) => { readonly type: number } = statfsSync,
): FileSystemReach {
  if (platform !== 'linux') return 'unknown';
  try {
    // The kernel's number has 32 bits, and arrives with a sign on some architectures.
    return sharedFileSystems.has(statfs(directory).type >>> 0) ? 'others' : 'thisComputer';
  } catch {
    return 'unknown';
  }
}
