/** Whether an object's class, or the object itself, replaces a method of the class that it extends. */
export function overrides(object: object, original: { readonly prototype: object }, method: string): boolean {
  return Reflect.get(object, method) !== Reflect.get(original.prototype, method);
}
