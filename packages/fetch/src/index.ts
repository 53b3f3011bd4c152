export { type BindingOptions, type Handler, latchkey, type NodeRequest } from './binding.ts';
