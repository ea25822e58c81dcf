import { loud } from '#util';
import * as self from 'self';

console.log(loud('quiet'), self.name);
