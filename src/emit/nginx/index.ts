/** The configuration of Nginx 1.22 (open source) or newer that does what a description says. */
export { emitNginx, type NginxOptions } from './emit';
export { NGINX_SUPPORT } from './support';
