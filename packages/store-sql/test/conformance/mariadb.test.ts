import { mariadb } from '../engine.ts';
import { holdToKit } from './kit.ts';

holdToKit(mariadb());
