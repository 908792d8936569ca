import type { Construct } from 'constructs';
import type { ScalableApi } from '../constructs';
import type { HostFile } from '../plans/hosts';
import { Fn, Lazy, TerraformLocal, TerraformStack } from './framework';
import { pathExpression, pathInStack, runtimeFile } from './paths';
import { terraformText } from './tokens';

/** A file of a host, as Terraform's provisioners want it. */
export interface DeliveredFile {
  /** Absolute, on the host. */
  readonly path: string;
  readonly hash: string;
  /** For the `file` provisioner. */
  readonly file: { readonly content: string } | { readonly source: string };
  /** For a shell: what to run with the destination in `$FILE`, and what it needs in its environment. */
  readonly shell: { readonly command: string; readonly environment: Readonly<Record<string, string>> };
}

/** Makes a file of the plan ready to be delivered to any number of hosts. */
export function deliveredFile(
  scope: Construct,
  api: ScalableApi,
  { path, content }: HostFile,
  index: number,
): DeliveredFile {
  if (content === undefined) {
    const stack = TerraformStack.of(api);
    const source = pathInStack(stack, runtimeFile());
    return {
      path,
      hash: `\${filesha256(${pathExpression(stack, runtimeFile())})}`,
      file: { source },
      shell: { command: 'cp "$SOURCE" "$FILE.next"', environment: { SOURCE: source } },
    };
  }
  const text = Lazy.stringValue({ produce: () => terraformText(content(api._model())) });
  const local = new TerraformLocal(scope, `File${index}`, text);
  return {
    path,
    hash: Fn.sha256(local.asString),
    file: { content: local.asString },
    shell: {
      command: 'printf %s "$CONTENT" | base64 -d | gunzip > "$FILE.next"',
      environment: { CONTENT: Fn.base64gzip(local.asString) },
    },
  };
}
