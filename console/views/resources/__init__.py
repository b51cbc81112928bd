"""The resources workspace: goods, stores, shelters and sensors."""
