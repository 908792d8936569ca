/** Which route a request takes. */
export { normalHost, type RoutedRequest } from './condition';
export { preflightMethod } from './preflight';
export { Router } from './router';
