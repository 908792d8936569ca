// The one place that names the framework: `cdktf`, or `cdktn` under its name.
export {
  Annotations,
  App,
  Fn,
  Lazy,
  TerraformLocal,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  Token,
  Tokenization,
} from 'cdktf';
