/** An IAM role of any partition (aws, aws-cn, aws-us-gov, aws-iso-b, aws-eusc…); path and name as IAM allows them. */
export function isRoleArn(text: string): boolean {
  return /^arn:aws(?:-[a-z0-9]+)*:iam::\d{12}:role\/(?:[\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64}$/.test(text)
}
