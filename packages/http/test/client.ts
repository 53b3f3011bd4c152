import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Sends a request to the API and answers its reply. */
export type Send = (request: Request) => Promise<Response>;

/** What a call may say beyond its operation. */
export interface CallOptions {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Checked against the document before it is sent. */
  readonly body?: unknown;
  /** Sent as it stands, for bodies that no document describes. */
  readonly raw?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** HEAD and OPTIONS of the operation's path, or any other method. */
  readonly method?: string;
}

/** A reply that the document describes. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever the document promised
  readonly body: any;
}

/** What the document says of one operation. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: ReadonlySet<string>;
  readonly body: ValidateFunction | null;
  readonly replies: ReadonlyMap<string, ReadonlyMap<string, ValidateFunction>>;
}

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: object }>>;

/** The document as JSON, and the part of it that the client reads. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly servers: readonly { readonly url: string }[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** A client generated from the document of an API: it knows no route, and believes no reply that is not described. */
export function clientOf(document: Document, send: Send, origin = 'http://api.example') {
  const text = JSON.stringify(document);
  const { operations, ajv } = known.get(text) ?? operationsOf(document);
  known.set(text, { operations, ajv });
  const base = document.servers[0]?.url ?? '';

  async function call(operationId: string, options: CallOptions = {}): Promise<Reply> {
    const operation = operations.get(operationId);
    if (operation === undefined) throw new Error(`The document has no operation ${operationId}.`);
    const { path: given = {}, query = {}, headers = {}, body, raw } = options;
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(given[name] ?? ''),
    );
    if (body !== undefined && operation.body?.(body) !== true)
      throw new Error(
        `${operationId}: the body is not as described: ${ajv.errorsText(operation.body?.errors)}`,
      );
    const search = new URLSearchParams(query).toString();
    const sent = raw ?? (body === undefined ? null : JSON.stringify(body));
    const request = new Request(`${origin}${base}${path}${search === '' ? '' : `?${search}`}`, {
      method: options.method ?? operation.method,
      headers: { ...(sent === null ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(sent === null ? {} : { body: sent, duplex: 'half' }),
    });
    const response = await send(request);
    return replyTo(operationId, operation, request.method, response);
  }

  async function replyTo(
    id: string,
    operation: Operation,
    method: string,
    response: Response,
  ): Promise<Reply> {
    const { status, headers } = response;
    const text = await response.text();
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    const isJson = type.endsWith('json');
    const body = isJson && text !== '' ? JSON.parse(text) : null;
    if (method === 'HEAD' || (method === 'OPTIONS' && status === 204)) {
      if (text !== '') throw new Error(`${id}: ${method} was answered with a body.`);
      return { status, headers, text, body };
    }
    const content = operation.replies.get(String(status)) ?? operation.replies.get('default');
    const validate = content?.get(type);
    if (content === undefined || (content.size > 0 && validate === undefined))
      throw new Error(`${id}: ${status} with ${type} is not described.`);
    if (content.size === 0 && text !== '') throw new Error(`${id}: ${status} has a body.`);
    if (validate !== undefined && !validate(isJson ? body : text))
      throw new Error(`${id}: ${status} is not as described: ${ajv.errorsText(validate.errors)}\n${text}`);
    return { status, headers, text, body };
  }

  return { call, operations };
}

/** Most tests have the same document; making its schemas ready is slow. */
const known = new Map<string, ReturnType<typeof operationsOf>>();

function operationsOf(document: Document) {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addVocabulary(['components', 'discriminator']);
  ajv.addSchema({ $id: 'api', components: document.components });
  const compile = (schema: object) =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
  const compiled = (content: Content = {}) =>
    new Map(Object.entries(content).map(([type, { schema }]) => [type, compile(schema)]));
  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries(document.paths))
    for (const method of methods) {
      const described = item[method];
      if (described === undefined) continue;
      operations.set(described.operationId, {
        method: method.toUpperCase(),
        path,
        parameters: new Set(described.parameters?.map((one) => `${one.in} ${one.name}`)),
        body: compiled(described.requestBody?.content).get('application/json') ?? null,
        replies: new Map(
          Object.entries(described.responses).map(([status, { content }]) => [status, compiled(content)]),
        ),
      });
    }
  return { operations, ajv };
}

/** A client of an API. */
export type Client = ReturnType<typeof clientOf>;
