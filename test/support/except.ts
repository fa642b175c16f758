/** The same object, but for the members given. */
export function except<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(of, name) {
      const own = (Object.hasOwn(methods, name) ? methods : of)[name as keyof T];
      return typeof own === 'function' ? own.bind(of) : own;
    },
  });
}
