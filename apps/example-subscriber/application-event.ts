/** An event of an application, in whichever way it has arrived. */
export interface ApplicationEvent {
  /** The public type, such as `project.application.added`. */
  readonly type: string;
  readonly applicationId: string;
  /** The number of the event among those of the application. */
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event that no repetition can help: it lacks what the subscriber needs of it. */
export class UnprocessableEventError extends Error {
  override readonly name = 'UnprocessableEventError';
}

/** A text in the data of an event. @throws UnprocessableEventError it is not there */
export function textIn({ type, data }: Pick<ApplicationEvent, 'type' | 'data'>, field: string): string {
  const value = data[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new UnprocessableEventError(`an event ${type} has no ${field}: this subscriber does not know its form`);
}

/** @throws UnprocessableEventError it is no number of an event */
export function sequenceOf(type: string, text: string): number {
  const sequence = Number(text);
  if (Number.isSafeInteger(sequence) && sequence > 0) return sequence;
  throw new UnprocessableEventError(`an event ${type} has the sequence ${JSON.stringify(text)}, which is no number`);
}
