import type { IConstruct } from 'constructs';
import { Annotations } from './framework';

/** Tells the user what does not stop the compile, in the framework's own way. */
export function tell(scope: IConstruct, severity: 'warning' | 'note', text: string): void {
  const annotations = Annotations.of(scope);
  if (severity === 'warning') annotations.addWarning(text);
  else annotations.addInfo(text);
}
