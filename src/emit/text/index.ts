/** Lines of words for configuration files, each word quoted by the grammar of its file. */

export { type Line, lines } from './lines';
export { type Word, word } from './word';
