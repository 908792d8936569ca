/** What a route does with its requests and responses besides sending them on. */
export { type BodyTransform, Course, type OwnAnswer, type Question, type TransformUser } from './course';
export { HeadEdit } from './head-edit';
export type { Policy } from './policy';
export type { PolicyRequest, PolicyResponse } from './policy-request';
