/**
 * Turns off the warning about Node 20 that the AWS SDK would print at every start; the README tells how long Node 20 is
 * supported. A value that the operator set stays. Call this before the first AWS client is created.
 */
export function silenceAwsSdkNodeWarning(environment: NodeJS.ProcessEnv = process.env): void {
  environment.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}
