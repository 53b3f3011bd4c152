import { type HostProfile, parseSettings, type Settings } from '@latchkey/core';
import { loadDocument } from '../scenario/load.ts';
import type { Session } from '../session.ts';

/**
 * The settings in a file, which has to be a whole document; null where no file is named. Throws an `InputFault`
 * that names every problem; none is mended. Spec: SE-1
 */
export const settingsFrom = async (
  file: string | undefined,
  host: HostProfile,
  session: Session,
): Promise<Settings | null> =>
  file === undefined ? null : loadDocument(file, session, (document) => parseSettings(document, host));
