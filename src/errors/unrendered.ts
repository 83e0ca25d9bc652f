/** What stands where YAML has `{{ .Values.x }}`, for "… is a Helm template …". */
export const unrendered = 'a Helm template that nothing has rendered'

/** What to do about it. */
export const renderFirst = 'check what "helm template" prints'

/** Whether a string still has a Helm template in it. */
export function isTemplate(text: string): boolean {
  const start = text.indexOf('{{')
  return start !== -1 && text.includes('}}', start)
}
