"""The video process: opens and decodes what the operator opened, apart from the window, so that a hostile stream or a decoder that hangs
costs a picture and not the console. Started by `console.views.video.eyes`; speaks `console.comms.feeds.messages`."""
