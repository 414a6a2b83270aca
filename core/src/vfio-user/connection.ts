import type { OwnedDescriptor, Received, UnixSocket } from '../native.js';
import { AuxctlError } from '../errors/base.js';
import { TransportError } from '../errors/classes.js';
import type { VfioUserEventListener } from './events.js';
import { encodeErrorReply, encodeReply, ERRNO, HEADER_BYTES, MAX_MESSAGE_DESCRIPTORS, parseHeader, type RequestHeader } from './protocol/header.js';
import { parseRequest } from './protocol/requests.js';
import type { Answer, ServedFunction } from './served-function.js';

/** After so many messages without a pause other connections and timers get their turn. */
const MESSAGES_PER_TURN = 64;
/** The shim's code for a peer that closes in the middle of what was to be received. */
const ENDED = 'ERR_NATIVE_ENDED';
const NOTHING: Received = { data: new Uint8Array(0), descriptors: [] };

interface Message {
  readonly header: RequestHeader;
  readonly payload: Uint8Array;
  readonly descriptors: readonly OwnedDescriptor[];
}

/**
 * Serves one client until it closes the socket. Rejects with `ERR_PROTOCOL` when the client breaks the protocol, and with the
 * shim's error when the socket fails. Closing the socket is the caller's.
 */
export async function serveConnection(socket: UnixSocket, served: ServedFunction, onEvent: VfioUserEventListener): Promise<void> {
  for (let messages = 1; ; messages += 1) {
    const message = await receiveMessage(socket);
    if (message === undefined) return;
    try {
      const answer = answerMessage(message, served, onEvent);
      if (message.header.wantsReply) await sendAll(socket, encodeAnswer(message.header, answer));
    } finally {
      closeAll(message.descriptors);
    }
    if (messages % MESSAGES_PER_TURN === 0) await nextTurn();
  }
}

/** Reads a header and exactly its payload, so that descriptors cannot be taken for those of the message behind it. */
async function receiveMessage(socket: UnixSocket): Promise<Message | undefined> {
  const head = await receiveExactly(socket, HEADER_BYTES);
  if (head.data.length === 0) return undefined;
  let body = NOTHING;
  try {
    const header = parseHeader(head.data);
    if (header.payloadBytes > 0) body = await receiveExactly(socket, header.payloadBytes);
    const descriptors = [...head.descriptors, ...body.descriptors];
    checkComplete(header, body.data, descriptors);
    return { header, payload: body.data, descriptors };
  } catch (error) {
    closeAll([...head.descriptors, ...body.descriptors]);
    throw error;
  }
}

async function receiveExactly(socket: UnixSocket, exactBytes: number): Promise<Received> {
  try {
    return await socket.receive({ exactBytes });
  } catch (cause) {
    throw cause instanceof Error && 'code' in cause && cause.code === ENDED ? cutMessage(cause) : cause;
  }
}

function cutMessage(cause?: Error): TransportError {
  return new TransportError('ERR_PROTOCOL', 'The client closed the socket within a message.', { cause });
}

function checkComplete(header: RequestHeader, payload: Uint8Array, descriptors: readonly OwnedDescriptor[]): void {
  if (payload.length !== header.payloadBytes) throw cutMessage();
  if (descriptors.length > MAX_MESSAGE_DESCRIPTORS) {
    throw new TransportError('ERR_PROTOCOL', `Command ${String(header.command)} brought ${String(descriptors.length)} descriptors.`);
  }
}

/** A fault while answering is the server's own, so the client gets an error reply and stays. */
function answerMessage(message: Message, served: ServedFunction, onEvent: VfioUserEventListener): Answer {
  const request = parseRequest(message.header.command, message.payload);
  try {
    return served.answer(request, message.descriptors);
  } catch (cause) {
    if (cause instanceof AuxctlError && cause.code === 'ERR_PROTOCOL') throw cause;
    const error = cause instanceof AuxctlError ? cause : new AuxctlError('ERR_INTERNAL', `A ${request.type} request failed.`, { cause });
    onEvent({ type: 'request-failed', request: request.type, error });
    return ERRNO.EIO;
  }
}

function encodeAnswer(header: RequestHeader, answer: Answer): Uint8Array {
  return typeof answer === 'number' ? encodeErrorReply(header, answer) : encodeReply(header, answer);
}

async function sendAll(socket: UnixSocket, data: Uint8Array): Promise<void> {
  const sentBytes = socket.trySend(data);
  if (sentBytes < data.length) await socket.send(data.subarray(sentBytes));
}

function closeAll(descriptors: readonly OwnedDescriptor[]): void {
  for (const descriptor of descriptors) descriptor.close();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
