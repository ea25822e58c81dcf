console.log('never, linking comes first');
import { absent } from './part.mjs';
