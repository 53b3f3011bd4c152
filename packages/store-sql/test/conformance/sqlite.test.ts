import { sqlite } from '../engine.ts';
import { holdToKit } from './kit.ts';

holdToKit(sqlite());
