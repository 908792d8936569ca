import type { Construct } from 'constructs';
import { TerraformResource } from './framework';

/** The arguments of `terraform_data`, in Terraform's own words. */
export interface TerraformDataArguments {
  readonly input?: unknown;
  readonly triggers_replace?: unknown;
  readonly connection?: object;
  readonly provisioner?: readonly object[];
}

/**
 * Terraform's built-in resource: needs no provider. The framework's own class would write the names of environment
 * variables in small letters, so the arguments go through as they are.
 * @internal
 */
export class TerraformData extends TerraformResource {
  private readonly values: Omit<TerraformDataArguments, 'provisioner' | 'connection'>;

  constructor(
    scope: Construct,
    id: string,
    values: TerraformDataArguments,
    dependsOn: readonly TerraformResource[] = [],
  ) {
    super(scope, id, {
      terraformResourceType: 'terraform_data',
      terraformGeneratorMetadata: { providerName: 'terraform' },
      dependsOn: [...dependsOn],
    });
    const { provisioner, connection, ...rest } = values;
    this.values = rest;
    // The framework writes its own, which are none, over what the attributes have.
    this.addOverride('provisioner', provisioner);
    if (connection !== undefined) this.addOverride('connection', connection);
  }

  protected synthesizeAttributes(): { [name: string]: unknown } {
    return { ...this.values };
  }
}
