/** Peers that bring no types of their own; what is taken from them is any. */
declare module 'express';
declare module 'passport';
declare module 'passport-http-bearer';
declare module 'pg';
declare module 'proxy-addr';
