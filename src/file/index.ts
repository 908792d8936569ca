/** YAML and JSON files to the model, with the place of every value. */
export { type FileValidation, readDescription } from './description';
