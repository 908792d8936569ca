/** Lines of words for configuration files, each word quoted by the grammar of its file. */
export { type Word, word } from './word';
export { type Line, lines } from './lines';
