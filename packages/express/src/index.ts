export { type BindingOptions, latchkey } from './binding.ts';
