import { behaviour } from '../behaviour';

behaviour('haproxy');
