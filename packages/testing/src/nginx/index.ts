export { type Nginx, type NginxOptions, startNginx } from './nginx.ts'
export { type NginxBinary, nginxBinary } from './nginx-binary.ts'
