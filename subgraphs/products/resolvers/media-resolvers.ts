import { ApiError } from "#platform/shop/api-error.ts";
import { type MediaId, parseId } from "#platform/shop/ids.ts";
import { signedIn } from "#platform/shop/viewer.ts";
import type { Resolvers } from "#schema/generated/products.ts";
import { altTextIn, type Media, mediaUrl } from "../media/media.ts";
import { deleteMedia, updateMedia } from "../media/media-change.ts";
import { parseLanguage, parseMediaUpdate, parseUpload } from "../media/media-input.ts";
import { defaultFormat, defaultWidth } from "../media/renditions.ts";
import { completeUpload, createUpload } from "../media/upload.ts";
import { type Result, runCommand } from "../shared/result.ts";

/** The resolvers of pictures. */
export const mediaResolvers = {
  Query: {
    media: (_parent, { id }, { loaders }) => {
      const mediaId = parseId<MediaId>(id);
      return mediaId === undefined ? null : loaders.ownMedia.load(mediaId);
    },
  },
  Mutation: {
    mediaUploadCreate: async (_parent, { input }, { db, viewer, media }) => {
      const outcome = await runCommand(parseUpload(input), (command) =>
        createUpload(db, signedIn(viewer), media.library, command),
      );
      if (!outcome.ok)
        return { media: null, uploadUrl: null, headers: null, expiresAt: null, userErrors: outcome.userErrors };
      const { media: announced, target } = outcome.value;
      return {
        media: announced,
        uploadUrl: target.url,
        headers: [...target.headers],
        expiresAt: announced.uploadExpiresAt,
        userErrors: [],
      };
    },
    mediaUploadComplete: async (_parent, { id }, { db, viewer, media }) => {
      const outcome = await completeUpload(db, signedIn(viewer), media.library, parseId<MediaId>(id));
      media.wake();
      return mediaPayload(outcome);
    },
    mediaUpdate: async (_parent, { input }, { db, viewer }) =>
      mediaPayload(await runCommand(parseMediaUpdate(input), (command) => updateMedia(db, signedIn(viewer), command))),
    mediaDelete: async (_parent, { id }, { db, viewer, media }) =>
      mediaPayload(await deleteMedia(db, signedIn(viewer), parseId<MediaId>(id), media.retentionSeconds)),
  },
  Media: {
    __resolveReference: ({ id }, { loaders }) => {
      const mediaId = parseId<MediaId>(id);
      return mediaId === undefined ? null : loaders.media.load(mediaId);
    },
    altText: (picture, { language }) => {
      const tag = parseLanguage(language);
      if (tag === undefined) throw new ApiError("BAD_USER_INPUT", "`language` must be a BCP 47 language tag.");
      return altTextIn(picture, tag);
    },
    url: (picture, { width, format }, { media }) =>
      mediaUrl(media.library, picture, width ?? defaultWidth, format ?? defaultFormat),
  },
} satisfies Resolvers;

function mediaPayload(outcome: Result<Media>) {
  return outcome.ok ? { media: outcome.value, userErrors: [] } : { media: null, userErrors: outcome.userErrors };
}
