/** Which route a request takes. */
export { normalHost, type RoutedRequest } from './condition';
export { Router } from './router';
