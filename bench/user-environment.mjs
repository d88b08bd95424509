/**
 * The environment of commands whose whole run is measured, for all contenders: this one's, without `NODE_EXTRA_CA_CERTS`. Where that is set, every Node process of version 20 reads
 * that file of certificates before anything else, which takes longer than all of `ps`; few users have it.
 */
export function userEnvironment(variables) {
  const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
  return { ...environment, ...variables };
}
