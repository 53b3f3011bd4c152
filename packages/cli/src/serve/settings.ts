import { defaultSettings, type HostProfile, parseSettings, type Settings } from '@latchkey/core';
import { loadDocument } from '../scenario/load.ts';
import type { Session } from '../session.ts';

/**
 * The settings to serve by: those of a file, which has to be a whole document, or the host's defaults without
 * one. Throws an `InputFault` that names every problem; none is mended. Spec: SE-1
 */
export const settingsFrom = async (
  file: string | undefined,
  host: HostProfile,
  session: Session,
): Promise<Settings> =>
  file === undefined
    ? defaultSettings(host)
    : loadDocument(file, session, (document) => parseSettings(document, host));
