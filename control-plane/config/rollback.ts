/** Going back: a new version with the config of an old one. */
import { SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/store.ts';
import type { ChangeNote, ChangeResult, ConfigKeeper } from './change-config.ts';

/** Makes the config of an earlier version current again. Throws not-found for a version that never was. */
export async function rollback(
  keeper: ConfigKeeper,
  store: Store,
  version: number,
  note: ChangeNote,
): Promise<ChangeResult> {
  const target = await store.getVersion(version);
  if (target === undefined) throw new SluiceError('not-found', `there is no version ${version}`);
  return keeper.change(() => target.config, note);
}
