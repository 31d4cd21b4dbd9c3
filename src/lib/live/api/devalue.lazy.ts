export { parse, unflatten } from 'devalue';
