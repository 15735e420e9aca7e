import { useEffect, useRef, useState, type RefObject } from 'react';
import { readCodes } from './read-codes';

/** A camera of this machine that reads codes for as long as what shows it is there; `blind` where none gives a picture. */
export function useCamera(facing: 'user' | 'environment', onCode: (text: string) => void): { video: RefObject<HTMLVideoElement | null>; blind: boolean } {
  const video = useRef<HTMLVideoElement>(null);
  const [blind, setBlind] = useState(false);
  const heard = useRef(onCode);
  useEffect(() => {
    heard.current = onCode;
  }, [onCode]);
  useEffect(() => {
    if (video.current === null) return undefined;
    return readCodes(video.current, facing, (text) => heard.current(text), () => setBlind(true));
  }, [facing]);
  return { video, blind };
}
