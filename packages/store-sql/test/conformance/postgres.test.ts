import { postgres } from '../engine.ts';
import { holdToKit } from './kit.ts';

holdToKit(postgres());
