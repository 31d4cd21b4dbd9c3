import { choices } from './preferences.ts';

type Choice = 'sound' | 'no-keys';

export const chosen = (choice: Choice): boolean => choices.all(choice).length > 0;
export const choose = (choice: Choice, on: boolean): void => (on ? choices.put(choice, true) : choices.drop(choice));
