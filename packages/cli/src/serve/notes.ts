import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Result } from '@latchkey/core';
import { type Problem, readJson, sendJson, sendProblem } from './json.ts';
import { notAllowed } from './refusal.ts';

/** One note of the sample API. */
export interface Note {
  readonly id: number;
  readonly text: string;
  /** The user who wrote it last. */
  readonly author: string;
}

/** The most notes, and the most characters of one: the sample keeps everything in memory. */
const mostNotes = 1000;
const longestText = 1000;

const notFound: Problem = { status: 404, title: 'Not Found', detail: 'There is no such note.' };
const full: Problem = {
  status: 409,
  title: 'Conflict',
  detail: `There are at most ${mostNotes} notes; delete one first.`,
};
const malformed: Problem = {
  status: 400,
  title: 'Bad Request',
  detail: `Expected {"text": "…"} with 1 to ${longestText} characters and nothing else.`,
};

/** Answers one request for the notes at `base`; `rest` is what follows it in the path: '' or '/7'. */
export type NotesApi = (
  req: IncomingMessage,
  res: ServerResponse,
  rest: string,
  author: string,
) => Promise<void>;

/** The sample REST API: notes in memory, which any user may read and change. `base` is its path. */
export function notesApi(base: string): NotesApi {
  const notes = new Map<number, Note>([[1, { id: 1, text: 'The key is under the mat.', author: 'admin' }]]);
  let lastId = 1;

  async function overAll(req: IncomingMessage, res: ServerResponse, author: string): Promise<void> {
    switch (req.method) {
      case 'GET':
      case 'HEAD':
        return sendJson(res, 200, { notes: [...notes.values()] });
      case 'OPTIONS':
        return sendJson(res, 200, {}, { Allow: 'GET, HEAD, OPTIONS, POST' });
      case 'POST': {
        const text = await textIn(req);
        if (!text.ok) return sendProblem(res, text.problem);
        if (notes.size >= mostNotes) return sendProblem(res, full);
        const note = { id: ++lastId, text: text.value, author };
        notes.set(note.id, note);
        return sendJson(res, 201, note, { Location: `${base}/${note.id}` });
      }
      default:
        return sendProblem(res, notAllowed('GET, HEAD, OPTIONS, POST'));
    }
  }

  async function overOne(
    req: IncomingMessage,
    res: ServerResponse,
    id: number,
    author: string,
  ): Promise<void> {
    if (!notes.has(id)) return sendProblem(res, notFound);
    switch (req.method) {
      case 'GET':
      case 'HEAD':
        return sendJson(res, 200, notes.get(id));
      case 'OPTIONS':
        return sendJson(res, 200, {}, { Allow: 'DELETE, GET, HEAD, OPTIONS, PUT' });
      case 'PUT': {
        const text = await textIn(req);
        if (!text.ok) return sendProblem(res, text.problem);
        // Somebody may have deleted it while the body came in.
        if (!notes.has(id)) return sendProblem(res, notFound);
        const note = { id, text: text.value, author };
        notes.set(id, note);
        return sendJson(res, 200, note);
      }
      case 'DELETE':
        notes.delete(id);
        res.writeHead(204, { 'Cache-Control': 'no-store' });
        res.end();
        return;
      default:
        return sendProblem(res, notAllowed('DELETE, GET, HEAD, OPTIONS, PUT'));
    }
  }

  return async (req, res, rest, author) => {
    if (rest === '') return overAll(req, res, author);
    const id = /^\/([1-9]\d{0,8})$/.exec(rest)?.[1];
    return id === undefined ? sendProblem(res, notFound) : overOne(req, res, Number(id), author);
  };
}

/** The text in a request's body, which has that one field. */
async function textIn(req: IncomingMessage): Promise<Result<string, Problem>> {
  const body = await readJson(req);
  if (!body.ok) return body;
  const { value } = body;
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.keys(value).join() !== 'text' ||
    !('text' in value)
  )
    return { ok: false, problem: malformed };
  const { text } = value;
  if (typeof text !== 'string' || text.length < 1 || text.length > longestText)
    return { ok: false, problem: malformed };
  return { ok: true, value: text };
}
