/** How a gateway asks, and what it understands of an answer. */
export interface GatewayForm {
  /** Where the original request line stands: in headers of the gateway's own, or in the request line of its question. */
  readonly original:
    | { readonly in: 'headers'; readonly method: string; readonly target: string }
    | {
        readonly in: 'request-line';
        /** What the gateway puts before the original target. */
        readonly prefix: string;
      };
  /** The header with the chain of clients, which the gateway writes and `network.reverseProxy` has to name. */
  readonly client: string;
  /** The status of a defer: the gateway lets the request pass, without an identity. */
  readonly defers: 204 | 200;
  /** Whether a deny keeps its status, or the gateway knows 401 and 403 alone. */
  readonly denies: 'every-status' | 'only-401-and-403';
}

const form = ({ original, ...rest }: GatewayForm): GatewayForm =>
  Object.freeze({ original: Object.freeze(original), ...rest });

const forwarded: GatewayForm = form({
  original: { in: 'headers', method: 'X-Forwarded-Method', target: 'X-Forwarded-Uri' },
  client: 'X-Forwarded-For',
  defers: 204,
  denies: 'every-status',
});

/**
 * How well-known gateways ask under the configurations in docs/guide; change one by copying it. Spec: FA
 *
 * @example
 * forwardAuth({ engine, gateways: ['127.0.0.1'], form: gatewayForms.nginx });
 */
export const gatewayForms: {
  readonly nginx: GatewayForm;
  readonly caddy: GatewayForm;
  readonly haproxy: GatewayForm;
  readonly traefik: GatewayForm;
  readonly envoy: GatewayForm;
} = Object.freeze({
  nginx: form({
    original: { in: 'headers', method: 'X-Original-Method', target: 'X-Original-URI' },
    client: 'X-Forwarded-For',
    defers: 204,
    denies: 'only-401-and-403',
  }),
  caddy: forwarded,
  haproxy: forwarded,
  traefik: forwarded,
  envoy: form({
    original: { in: 'request-line', prefix: '/authorize' },
    client: 'X-Forwarded-For',
    // Envoy's HTTP service takes 200 alone for yes.
    defers: 200,
    denies: 'every-status',
  }),
});
