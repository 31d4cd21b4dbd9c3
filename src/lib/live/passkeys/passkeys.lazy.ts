/** Asks the browser for a passkey: 4 kB, loaded when a button is pressed. */
import {
	startAuthentication,
	startRegistration,
	type PublicKeyCredentialCreationOptionsJSON,
	type PublicKeyCredentialRequestOptionsJSON
} from '@simplewebauthn/browser';

/** The answer as JSON. Undefined where the person declines, or the device has no passkey. */
const answerOf = async (asked: Promise<object>): Promise<string | undefined> => {
	try {
		return JSON.stringify(await asked);
	} catch {
		return undefined;
	}
};

export const makePasskey = (options: PublicKeyCredentialCreationOptionsJSON) =>
	answerOf(startRegistration({ optionsJSON: options }));

export const usePasskey = (options: PublicKeyCredentialRequestOptionsJSON) =>
	answerOf(startAuthentication({ optionsJSON: options }));
