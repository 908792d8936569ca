/** Which of the targets of a tier a request is sent to: one algorithm a file, pure but for the turns it keeps. */
export { type Balancer, type Candidate, eligible, type Member } from './balancer';
export { hashKeyText } from './hash-text';
export { type Algorithm, balancerOf } from './make';
export { slowStartShare } from './slow-start';
export { targetId } from './target-id';
