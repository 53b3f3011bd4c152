// What an administrator can do about each reason. The words of a reason itself are core's; these belong to the guide.

/** @type {Readonly<Record<string, { causes: readonly string[], remedy: string }>>} */
export const remedies = {
  'surface-not-governed': {
    causes: ['The path is not under a governed prefix, with the context path in front of it.'],
    remedy:
      'Nothing, if the page has nothing to do with the API. If it should be governed, check `contextPath` and `governed` of the host profile.',
  },
  'path-suspicious': {
    causes: [
      'The path guard is on, and servers could read the path in different ways: `..`, `;`, `\\`, a control character, a malformed escape, other letter case, an escape that decodes to a governed prefix.',
    ],
    remedy:
      'Let the client send the path plainly. `%2F` within a name is fine. If a client cannot, set `passwords.pathGuard` to false: the request is then decided like any governed one.',
  },
  'credential-absent': {
    causes: [
      'The client sent no `Authorization` header, or a proxy in front took it away.',
      'curl and other programs drop it when they follow a redirect to another host.',
    ],
    remedy: 'Send the token. Anonymous requests are the host’s business.',
  },
  'credential-foreign': {
    causes: [
      'The scheme is neither Basic nor Bearer, such as Negotiate, or the word before the token was left out.',
    ],
    remedy: 'Send `Authorization: Bearer TOKEN`, or Basic with the token in the place of the password.',
  },
  'credential-malformed': {
    causes: [
      'Two `Authorization` lines, or one and the token header.',
      'Base64 that is not canonical, a line break within it, or a user name and password that are not UTF-8.',
      'A Bearer value with a space or a quote in it, often from copying.',
    ],
    remedy:
      'Look at what is really sent, for example with `curl -v`. Never wrap base64: `base64 -w0`. Remove the second header.',
  },
  'token-not-usable-here': {
    causes: ['A credential was sent to the remote API, which takes passwords only; it went to the host.'],
    remedy: 'Use the REST API with tokens. The host’s own log tells what became of a password.',
  },
  'attempts-exhausted': {
    causes: [
      'Too many failed logins for this name from this address.',
      'A client goes on with an old password or an ended token.',
      'The limiter does not answer; then the wait is a few seconds.',
    ],
    remedy:
      'Wait as `Retry-After` says, after stopping the client that fails. A live token gets through meanwhile.',
  },
  'password-refused': {
    causes: [
      'A token was sent to the remote API, which takes none.',
      'A password was sent to it while `passwords.mode` and `passwords.remoteApi` are refused. On the REST API a refused password is `token-unknown`.',
    ],
    remedy:
      'Use a token on the REST API. To let passwords in on the remote API, set `passwords.remoteApi` to accepted.',
  },
  'address-refused': {
    causes: [
      'The client’s address is in no range of `network.allow`.',
      'A proxy is in between that is not in `trusted`, so that the proxy’s own address counts as the client.',
      'The client comes by IPv6, and the list has IPv4 only, or the other way round.',
    ],
    remedy:
      'Read the address in the explanation. If it is a proxy’s, add the proxy to `network.reverseProxy.trusted`: [behind a proxy](behind-a-proxy.md). If it is the client’s, add its range to `network.allow`.',
  },
  'address-unresolved': {
    causes: [
      'The proxy is trusted but sent no header (`header-missing`), or another one than the configured one.',
      'An element is no address (`malformed-hop`): a host name, `unknown`, a port of 0.',
      'More than 32 hops, or several values where one is expected (`multiple-values`).',
      'There is no socket address (`peer-unknown`): a unix socket, or a runtime that does not tell.',
    ],
    remedy:
      'Read `why` in the explanation, and try the header: `latchkey address`. Then let the proxy write the header, or name the right one.',
  },
  'service-unavailable': {
    causes: [
      'The store or the directory failed or took longer than its deadline.',
      'The stored settings cannot be read any more.',
      'A record is spoilt, or was made with a pepper that is not configured.',
    ],
    remedy:
      'Look at the store and the directory, and at what `observer.portFailed` was told. `engine.settings.load` names what is wrong with stored settings. See [faults](faults.md).',
  },
  'token-unknown': {
    causes: [
      'The token was cut or changed in copying, or is from another installation.',
      'It was purged, some time after it had ended.',
      'The Basic user name is not the user of the token.',
      'A password was sent where passwords are refused.',
    ],
    remedy:
      'Check the text with `latchkey token check`, which reads it from a file or standard input. Then look for its id in the list of tokens, and compare the user name, which is case-sensitive.',
  },
  'token-expired': {
    causes: [
      'Its own end has come.',
      'The maximum was lowered with `validity.existing` at `clamp`, which ends older tokens earlier.',
    ],
    remedy: 'Create a new token. An expired one cannot be rotated; rotate before the end next time.',
  },
  'token-revoked': {
    causes: ['The user or an administrator revoked it.', 'It was rotated, and its time of grace is over.'],
    remedy: 'Create a new token. The audit log says who revoked it and when.',
  },
  'subject-inactive': {
    causes: ['The directory does not know the user, or says that the user is inactive.'],
    remedy:
      'Activate the user in the directory, or make a token for another one. Nothing is to be done to the token.',
  },
  'use-not-granted': {
    causes: ['The user is in none of the groups of `permissions.use`.'],
    remedy:
      'Add the user to such a group in the directory, or the group to the settings. The token works again at once.',
  },
  'scope-exceeded': {
    causes: [
      'A read-only token with a method other than GET, HEAD or OPTIONS.',
      'A method override by header or by `_method`.',
      'A search that the API wants as POST.',
    ],
    remedy:
      'Use a read-write token. If everybody gets read-only ones, `permissions.create.readOnly` is on. An endpoint that only reads can be exempted in the host profile.',
  },
  'token-accepted': { causes: ['All is well.'], remedy: 'Nothing.' },
};
