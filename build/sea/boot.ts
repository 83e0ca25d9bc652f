import { evaluate } from './evaluate.ts'

/** What the executable runs first: a text of a few lines, which needs no compiled code. */
evaluate('main.cjs')
