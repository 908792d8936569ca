import { behaviour } from '../behaviour';

behaviour('nginx');
