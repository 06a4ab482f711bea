export declare const FINAL_FAILURE: string;
