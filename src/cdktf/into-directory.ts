import type { Construct } from 'constructs';
import type { DeliveredFile } from './delivered-file';
import { TerraformData } from './terraform-data';

/** Two resources: the directory, whose destruction removes the files, and the files, replaced when one changes. */
export function deliverIntoDirectory(
  scope: Construct,
  name: string,
  directory: string,
  files: readonly DeliveredFile[],
): void {
  const paths = files.map(({ path }) => `"$DIRECTORY${path}"`).join(' ');
  const remove = {
    when: 'destroy',
    command: `rm -f ${paths} && find "$DIRECTORY" -type d -empty -delete`,
    environment: { DIRECTORY: '${self.input.directory}' },
  };
  const kept = new TerraformData(scope, `Directory${name}`, {
    input: { directory },
    triggers_replace: directory,
    provisioner: [{ 'local-exec': remove }],
  });
  const write = ({ path, shell }: DeliveredFile) => ({
    command: `mkdir -p "$(dirname "$FILE")" && ${shell.command} && mv "$FILE.next" "$FILE"`,
    environment: { FILE: `${directory}${path}`, ...shell.environment },
  });
  const values = {
    triggers_replace: files.map(({ hash }) => hash),
    provisioner: files.map((file) => ({ 'local-exec': write(file) })),
  };
  new TerraformData(scope, `Host${name}`, values, [kept]);
}
