/** postject brings no types of its own. */
declare module 'postject' {
  export function inject(
    filename: string,
    resourceName: string,
    resource: Buffer,
    options: { readonly sentinelFuse: string },
  ): Promise<void>
}
