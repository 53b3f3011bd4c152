export { type BindingOptions, latchkey, type Middleware } from './binding.ts';
export { type NodePlatform, nodePlatform } from './platform.ts';
export { requestInput } from './request.ts';
